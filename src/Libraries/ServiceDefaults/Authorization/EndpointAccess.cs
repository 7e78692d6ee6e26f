using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;


namespace UserDomain.ServiceDefaults.Authorization;

/// <summary>Deny by default (AUZ-01): a service whose endpoint names no access does not start.</summary>
public static class EndpointAccess
{
    /// <summary>Endpoints that neither require access nor are open on purpose.</summary>
    public static IEnumerable<string> Unguarded(IEnumerable<Endpoint> endpoints) =>
        from endpoint in endpoints.OfType<RouteEndpoint>()
        where endpoint.Metadata.GetMetadata<AccessRequirement>() is null && endpoint.Metadata.GetMetadata<IAllowAnonymous>() is null
        select endpoint.DisplayName;

    /// <summary>Checks every endpoint mapped so far; call it last.</summary>
    /// <exception cref="InvalidOperationException">One names no access.</exception>
    public static void RefuseUnguarded(this WebApplication app)
    {
        var unguarded = Unguarded(((IEndpointRouteBuilder)app).DataSources.SelectMany(source => source.Endpoints)).ToList();
        if (unguarded.Count > 0)
        {
            throw new InvalidOperationException($"No access is named for {string.Join(", ", unguarded)}: call RequireAccess or AllowAnonymous.");
        }
    }
}
