namespace UserDomain.IdentityServer.Clients;

/// <summary>What a client said of itself that the library keeps for us, by the names of OpenID Connect Dynamic Client Registration 1.0 section 2.</summary>
internal static class ClientSettings
{
    public const string IdTokenAlgorithm = "id_token_signed_response_alg";

    /// <summary>Whether it takes only tokens that are bound to a key (RFC 9449 section 5.2).</summary>
    public const string DpopBoundAccessTokens = "dpop_bound_access_tokens";
}
