using System.Globalization;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using UserDomain.Contracts;
using UserDomain.ServiceDefaults.Dpop;
using UserDomain.ServiceDefaults.Hosting;

namespace UserDomain.ServiceDefaults.Authorization;

/// <summary>
/// What a resource says of itself (RFC 9728 section 2), so that a client that knows nothing but its URL finds out where to get a token for it and
/// what to ask for.
/// </summary>
/// <param name="Resource">Its URL, which the authorization server takes as <c>resource</c> (RFC 8707).</param>
/// <param name="ResourceName">What people call it.</param>
/// <param name="AuthorizationServers">The issuer.</param>
/// <param name="ScopesSupported">The scopes its operations need.</param>
/// <param name="BearerMethodsSupported">Where a token may be sent: in the header and nowhere else.</param>
/// <param name="DpopSigningAlgValuesSupported">How a proof of possession may be signed (RFC 9449).</param>
/// <param name="ResourceDocumentation">Its OpenAPI document.</param>
internal sealed record ResourceDescription(
    [property: JsonPropertyName("resource")] string Resource,
    [property: JsonPropertyName("resource_name")] string ResourceName,
    [property: JsonPropertyName("authorization_servers")] string[] AuthorizationServers,
    [property: JsonPropertyName("scopes_supported")] string[] ScopesSupported,
    [property: JsonPropertyName("bearer_methods_supported")] string[] BearerMethodsSupported,
    [property: JsonPropertyName("dpop_signing_alg_values_supported")] IEnumerable<string> DpopSigningAlgValuesSupported,
    [property: JsonPropertyName("resource_documentation")] string ResourceDocumentation);

/// <summary>Publishes what the resources of an API say of themselves, and points to it where a token is missing (RFC 9728 sections 3 and 5.1).</summary>
/// <param name="api">The API.</param>
/// <param name="title">What people call it.</param>
/// <param name="settings">The public URL and the issuer.</param>
internal sealed class ResourceMetadata(Api api, string title, UserDomainSettings settings)
{
    private static readonly string Kept = string.Create(CultureInfo.InvariantCulture, $"public, max-age={TimeSpan.FromHours(1).TotalSeconds}");

    /// <summary>Adds a route for each resource; what each needs is read from the routes mapped before.</summary>
    /// <param name="routes">Where all operations of the API are.</param>
    /// <param name="documentation">Path of the OpenAPI document.</param>
    public void Map(IEndpointRouteBuilder routes, string documentation)
    {
        var operations = routes.DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>().ToList();
        foreach (var path in api.Paths)
        {
            var description = Describe(path, ScopesOf(operations.Where(operation => IsBelow(operation.RoutePattern.RawText, path))), documentation);
            routes.MapGet(Api.MetadataRoot + path, (HttpContext http) => Answer(http, description)).AllowAnonymous().ExcludeFromDescription();
        }
    }

    /// <summary>The parameter of a challenge that tells where to find out what a request lacked; null if it was for no resource of the API.</summary>
    public string? Parameter(HttpRequest request) =>
        api.Paths.FirstOrDefault(path => request.Path.StartsWithSegments(path)) is { } path
            ? $"resource_metadata=\"{Api.MetadataUrlOf(settings.PublicUrl, path)}\""
            : null;

    private static JsonHttpResult<ResourceDescription> Answer(HttpContext http, ResourceDescription description)
    {
        http.Response.Headers.CacheControl = Kept;
        return TypedResults.Json(description);
    }

    private static string[] ScopesOf(IEnumerable<Endpoint> operations) =>
        [.. operations.Select(operation => operation.Metadata.GetMetadata<AccessRequirement>()?.Scope).OfType<string>().Distinct().Order(StringComparer.Ordinal)];

    private static bool IsBelow(string? route, string path) =>
        route is not null && (route == path || route.StartsWith($"{path}/", StringComparison.Ordinal));

    private ResourceDescription Describe(string path, string[] scopes, string documentation) => new(
        Api.UrlOf(settings.PublicUrl, path), title, [settings.Issuer], scopes, ["header"], DpopAlgorithms.All, Api.UrlOf(settings.PublicUrl, documentation));
}
