using UserDomain.IdentityServer.Clients;

namespace UserDomain.IdentityServer.Protocol.ClientDocuments;

/// <summary>Which URLs may be a <c>client_id</c> (Client ID Metadata Document, "Client Identifier").</summary>
internal static class ClientIdUrl
{
    /// <summary>How every one of them begins; no other client has such an id unless an operator wanted it so.</summary>
    public const string Prefix = "https://";

    /// <summary>Whether an id is meant to be a URL.</summary>
    public static bool IsMeant(string? clientId) => clientId?.StartsWith(Prefix, StringComparison.Ordinal) == true;

    /// <summary>What is wrong with one that is meant to be a URL; null if its document may be asked for.</summary>
    public static string? ProblemOf(string clientId) =>
        !ClientSpecRule.IsClientId(clientId) || clientId.Contains('\\') || !Uri.TryCreate(clientId, UriKind.Absolute, out var url) || url.Host.Length == 0
            ? "The client_id has to be a URL of at most 255 visible ASCII characters."
        : clientId.Contains('#') || url.UserInfo.Length > 0 ? "The client_id must have no fragment and no user information."
        // People go by the host they are shown, and what is kept goes by the text: each client has one spelling.
        : url.AbsoluteUri != clientId ? "The client_id has to be a normalized URL with a path: without dot segments, capitals in its host and the usual port."
        : null;
}
