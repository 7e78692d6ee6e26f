namespace UserDomain.ServiceDefaults.Authorization;

/// <summary>Says on an endpoint of the protocol that is called with an access token that it refuses in OAuth error JSON (RFC 6749 section 5.2), and not in problem details.</summary>
public sealed class OAuthErrors;
