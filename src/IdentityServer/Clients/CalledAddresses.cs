using UserDomain.ServiceDefaults.Hosting;
using UserDomain.ServiceDefaults.Outgoing;

namespace UserDomain.IdentityServer.Clients;

/// <summary>The addresses of a client that are called from here (OUT-01).</summary>
internal static class CalledAddresses
{
    /// <summary>Those that may be kept and not be called with these settings.</summary>
    public static IEnumerable<(string Member, string Problem)> ProblemsOf(ClientSpec client, UserDomainSettings settings) =>
        from named in new (string Member, string? Uri)[] { ("jwksUri", client.JwksUri), ("backchannelLogoutUri", client.BackchannelLogoutUri) }
        where named.Uri is not null && OutgoingRule.ProblemOf(named.Uri) is null && !OutgoingRule.Allows(new(named.Uri), settings)
        select (named.Member, "is by http, which only an installation on localhost may call: use https");
}
