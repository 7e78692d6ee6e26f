using Microsoft.AspNetCore.WebUtilities;
using OpenIddict.Abstractions;
using UserDomain.IdentityStore.Interactions;

namespace UserDomain.IdentityServer.Protocol.Interactions;

/// <summary>
/// A protocol request that is on its way through our pages. Its URL holds no more than a handle: a page can be reached, and its outcome
/// claimed, only through us (LOG-10).
/// </summary>
internal sealed class Interaction(PendingRequest row)
{
    /// <summary>The parameter the handle is in.</summary>
    public const string Parameter = "interaction";

    /// <summary>The row, tracked: what is answered is written with it.</summary>
    public PendingRequest Row { get; } = row;

    /// <summary>The endpoint it was sent to.</summary>
    public string Path => Row.Path;

    /// <summary>What was asked; of what was pushed all that was pushed, and its <c>request_uri</c>.</summary>
    public IReadOnlyList<KeyValuePair<string, string?>> Parameters { get; } = Read(row.Query);

    /// <summary>Where to go on with it.</summary>
    public string Url => QueryHelpers.AddQueryString(Path, Parameter, Row.Id);

    /// <summary>The first value of a parameter.</summary>
    public string? this[string name] => Parameters.FirstOrDefault(pair => pair.Key == name).Value;

    /// <summary>The answer, if it was given in this session.</summary>
    public InteractionAnswer AnswerIn(Guid session) => Row.SessionId == session ? Row.Answer : InteractionAnswer.None;

    /// <summary>The request as the client sent it: one that was pushed is in its <c>request_uri</c>.</summary>
    public OpenIddictRequest AsSent() => new(
        this[OpenIddictConstants.Parameters.RequestUri] is null
            ? Parameters
            : Parameters.Where(pair => pair.Key is OpenIddictConstants.Parameters.RequestUri or OpenIddictConstants.Parameters.ClientId));

    /// <summary>The parameters of a query, in order.</summary>
    public static List<KeyValuePair<string, string?>> Read(string query)
    {
        var parameters = new List<KeyValuePair<string, string?>>();
        foreach (var pair in new QueryStringEnumerable(query))
        {
            parameters.Add(new(pair.DecodeName().ToString(), pair.DecodeValue().ToString()));
        }

        return parameters;
    }
}
