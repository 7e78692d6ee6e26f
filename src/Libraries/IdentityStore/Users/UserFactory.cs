using System.Security.Cryptography;

namespace UserDomain.IdentityStore.Users;

/// <summary>Makes users whose names are in the form they are looked up by.</summary>
public static class UserFactory
{
    /// <summary>A new user without a password.</summary>
    /// <exception cref="ArgumentException">A name is not Unicode text; callers have checked it before.</exception>
    public static User Create(string userName, string email, bool emailVerified, DateTimeOffset now)
    {
        var user = new User { Id = Guid.CreateVersion7(now), EmailConfirmed = emailVerified, CreatedAt = now, UpdatedAt = now, SecurityStamp = RandomNumberGenerator.GetHexString(32) };
        user.SetNames(userName, email);
        return user;
    }

    /// <summary>Sets user name and e-mail address with the forms they are looked up by.</summary>
    /// <exception cref="ArgumentException">A name is not Unicode text.</exception>
    public static void SetNames(this User user, string userName, string email)
    {
        user.UserName = userName;
        user.NormalizedUserName = LookupNames.TryNormalize(userName) ?? throw new ArgumentException("Not Unicode text.", nameof(userName));
        user.Email = email;
        user.NormalizedEmail = LookupNames.TryNormalize(email) ?? throw new ArgumentException("Not Unicode text.", nameof(email));
    }
}
