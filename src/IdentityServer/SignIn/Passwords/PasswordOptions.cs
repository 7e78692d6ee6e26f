using System.ComponentModel.DataAnnotations;

namespace UserDomain.IdentityServer.SignIn.Passwords;

/// <summary>How new passwords are hashed. Hashes made otherwise still work and are replaced at the next sign-in.</summary>
public sealed class PasswordOptions
{
    /// <summary>Where these settings are found.</summary>
    public const string Section = "UserDomain:Passwords";

    /// <summary>Argon2id with 19 MiB, two passes and one lane.</summary>
    public const string Argon2id = "argon2id";

    /// <summary>bcrypt with <see cref="BcryptCost"/>.</summary>
    public const string Bcrypt = "bcrypt";

    /// <summary>The algorithm of new hashes: <c>argon2id</c> (default) or <c>bcrypt</c>.</summary>
    [Required(ErrorMessage = AlgorithmMessage)]
    [AllowedValues(Argon2id, Bcrypt, ErrorMessage = AlgorithmMessage)]
    public string Algorithm { get; set; } = Argon2id;

    /// <summary>The cost of new bcrypt hashes, 10 to 15; each step doubles the time. Default: 12.</summary>
    [Range(10, 15, ErrorMessage = "UserDomain__Passwords__BcryptCost must be a number from 10 to 15")]
    public int BcryptCost { get; set; } = 12;

    private const string AlgorithmMessage = "UserDomain__Passwords__Algorithm must be 'argon2id' or 'bcrypt'";
}
