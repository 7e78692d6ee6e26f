using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;

namespace UserDomain.ServiceDefaults.Errors;

/// <summary>
/// Refuses a parameter of a query that cannot be read, and says what it has to be. Endpoints that are compiled with the program only set the status for one that
/// may be left out, and take an empty one that may not for an id of zeros.
/// </summary>
internal static class UnreadableParameters
{
    private static readonly Dictionary<Type, (string Description, Func<string, bool> IsRead)> Types = new()
    {
        [typeof(int)] = ("a whole number", text => int.TryParse(text, CultureInfo.InvariantCulture, out _)),
        [typeof(long)] = ("a whole number", text => long.TryParse(text, CultureInfo.InvariantCulture, out _)),
        [typeof(bool)] = ("true or false", text => bool.TryParse(text, out _)),
        [typeof(Guid)] = ("an id as the APIs give them", text => Guid.TryParse(text, out _)),
        [typeof(DateTimeOffset)] = ("a time such as 2026-01-31T12:00:00Z", text => DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, out _)),
    };

    /// <summary>Refuses them, before any other filter.</summary>
    public static RouteGroupBuilder RefuseUnreadableParameters(this RouteGroupBuilder routes) => routes.AddEndpointFilter((context, next) =>
        context.HttpContext.Request.QueryString.HasValue && Explain(context.HttpContext) is { Length: > 0 } reasons ? throw new BadHttpRequestException(reasons) : next(context));

    private static string Explain(HttpContext http) => string.Join(' ',
        from parameter in http.GetEndpoint()!.Metadata.GetOrderedMetadata<IParameterBindingMetadata>()
        let optional = Nullable.GetUnderlyingType(parameter.ParameterInfo.ParameterType)
        let type = optional ?? parameter.ParameterInfo.ParameterType
        where Types.ContainsKey(type)
        let values = http.Request.Query[parameter.Name]
        let text = values.ToString()
        where values.Count > 0 && !(optional is not null && text.Length == 0) && !Types[type].IsRead(text)
        select $"The parameter '{char.ToLowerInvariant(parameter.Name[0])}{parameter.Name[1..]}' has to be {Types[type].Description}.");
}
