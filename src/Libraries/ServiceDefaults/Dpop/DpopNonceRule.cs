namespace UserDomain.ServiceDefaults.Dpop;

/// <summary>Which proofs need a nonce of ours (RFC 9449 sections 8 and 9). One that is sent is checked in any case.</summary>
public enum DpopNonceRule
{
    /// <summary>Those for tokens: what is made in advance for an access token ends with it, within minutes.</summary>
    Tokens,

    /// <summary>Those at UserInfo and the APIs as well.</summary>
    Everywhere,

    /// <summary>None: their time alone says whether they are new.</summary>
    Never,
}
