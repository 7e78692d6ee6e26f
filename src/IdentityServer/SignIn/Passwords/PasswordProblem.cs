namespace UserDomain.IdentityServer.SignIn.Passwords;

/// <summary>Why a new password is refused. Pages put it into the user's language.</summary>
internal enum PasswordProblem
{
    /// <summary>Fewer characters than asked for.</summary>
    TooShort,

    /// <summary>More than <see cref="PasswordText.MaximumLength"/> characters.</summary>
    TooLong,

    /// <summary>Not Unicode text: half a character was sent.</summary>
    NotText,

    /// <summary>One of the passwords that are tried first.</summary>
    Common,

    /// <summary>Mostly the user name, the e-mail address or the name of the product.</summary>
    MadeOfKnownWords,

    /// <summary>One short unit over and over.</summary>
    Repetition,

    /// <summary>Made of runs such as abcdef and 987654 only.</summary>
    Sequence,
}
