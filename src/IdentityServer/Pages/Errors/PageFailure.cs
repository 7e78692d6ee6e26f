namespace UserDomain.IdentityServer.Pages.Errors;

/// <summary>Why a page refused to go on, for the error page to say. Kept with the request under its own type.</summary>
internal enum PageFailure
{
    /// <summary>Nothing more is known than the status.</summary>
    None,

    /// <summary>The form was shown too long ago, or to somebody else.</summary>
    OpenTooLong,

    /// <summary>The page was opened without the step before it (LOG-10).</summary>
    OutOfOrder,
}
