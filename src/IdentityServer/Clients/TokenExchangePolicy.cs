namespace UserDomain.IdentityServer.Clients;

/// <summary>What a client may exchange (RFC 8693): nothing but what is said here.</summary>
public sealed record TokenExchangePolicy
{
    /// <summary>Which APIs it may have tokens for, by the <c>aud</c> of their tokens; at least one.</summary>
    public IReadOnlyList<string> Audiences { get; init; } = [];

    /// <summary>Whose tokens it may exchange besides those that were issued to itself or are meant for it: the <c>client_id</c> of other clients.</summary>
    public IReadOnlyList<string> SubjectClients { get; init; } = [];

    /// <summary>Whether it may have tokens that do not tell that it acts for somebody (RFC 8693 section 1.1).</summary>
    public bool Impersonation { get; init; }

    /// <summary>Whether it may have tokens that tell who acts for the subject (RFC 8693 section 1.1).</summary>
    public bool Delegation { get; init; }
}

/// <summary>Checks what a client shall be allowed to exchange.</summary>
internal static class TokenExchangeRule
{
    private const string Member = "tokenExchange";
    private const int MostClients = 100;

    /// <summary>Every problem, as member and what is wrong with it.</summary>
    public static IEnumerable<(string Member, string Problem)> ProblemsOf(ClientSpec client)
    {
        var granted = client.EffectiveGrants.Contains(ClientGrant.TokenExchange);
        if (granted && !client.IsConfidential)
        {
            yield return ("grants", "token_exchange needs a client that can prove who it is: type web or service");
        }

        if (client.TokenExchange is not { } policy)
        {
            if (granted)
            {
                yield return (Member, "token_exchange needs to be told what may be exchanged");
            }

            yield break;
        }

        foreach (var problem in ProblemsOf(policy).Concat(granted ? [] : [(Member, "only means something with the grant token_exchange")]))
        {
            yield return problem;
        }
    }

    private static IEnumerable<(string Member, string Problem)> ProblemsOf(TokenExchangePolicy policy)
    {
        if (!policy.Impersonation && !policy.Delegation)
        {
            yield return (Member, "needs impersonation or delegation, or both");
        }

        if (policy.Audiences.Count == 0 || policy.Audiences.Any(audience => !Contracts.Api.All.Any(api => api.Audience == audience)))
        {
            yield return ($"{Member}.audiences", $"needs one or more of {string.Join(", ", Contracts.Api.All.Select(api => api.Audience))}");
        }

        if (policy.SubjectClients.Count > MostClients || policy.SubjectClients.Any(id => !ClientSpecRule.IsClientId(id) || ClientSpecRule.IsBuiltIn(id)))
        {
            yield return ($"{Member}.subjectClients", $"must be at most {MostClients} ids of clients, and none of the product's own");
        }
    }
}
