namespace UserDomain.IdentityServer.SignIn.Passwords;

/// <summary>What checking a password against a stored hash found.</summary>
internal enum PasswordCheck
{
    /// <summary>Not the password, or nothing the password can be checked against.</summary>
    Wrong,

    /// <summary>The password, hashed as new ones are.</summary>
    Correct,

    /// <summary>The password, but algorithm, parameters or pepper are not those of new hashes: store a new one now.</summary>
    CorrectButOutdated,
}
