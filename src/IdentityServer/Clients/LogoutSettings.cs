using UserDomain.ServiceDefaults.Outgoing;

namespace UserDomain.IdentityServer.Clients;

/// <summary>Where a client is told that a session was closed (OpenID Connect Back-Channel Logout 1.0 section 2.2).</summary>
internal static class LogoutSettings
{
    private const string Member = "backchannelLogoutUri";

    /// <summary>What is kept of it.</summary>
    public static IEnumerable<(string Name, string Value)> Of(ClientSpec client)
    {
        if (client.BackchannelLogoutUri is { } uri)
        {
            yield return (ClientSettings.BackchannelLogoutUri, uri);
        }

        if (client.BackchannelLogoutSessionRequired)
        {
            yield return (ClientSettings.BackchannelLogoutSessionRequired, "true");
        }
    }

    /// <summary>Every problem, as member and what is wrong with it.</summary>
    public static IEnumerable<(string Member, string Problem)> ProblemsOf(ClientSpec client) => client.BackchannelLogoutUri switch
    {
        null when client.BackchannelLogoutSessionRequired => [("backchannelLogoutSessionRequired", $"is of use with {Member} only")],
        null => [],
        _ when !client.EffectiveGrants.Contains(ClientGrant.AuthorizationCode) => [(Member, "needs authorization_code: nobody else signs people in by a browser")],
        var uri => OutgoingRule.ProblemOf(uri) is { } problem ? [(Member, problem)] : [],
    };
}
