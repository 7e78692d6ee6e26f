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

    /// <summary>The request was answered before, as when somebody goes back in their browser.</summary>
    Finished,
}
