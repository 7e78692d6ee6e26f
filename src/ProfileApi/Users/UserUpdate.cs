using System.Security.Cryptography;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using UserDomain.Contracts;
using UserDomain.Database;
using UserDomain.Events;
using UserDomain.IdentityStore;
using UserDomain.IdentityStore.Users;

namespace UserDomain.ProfileApi.Users;

/// <summary>Changes a user and tells the audit trail; used for others and for the caller's own profile. Runs in the transaction of the caller.</summary>
internal sealed class UserUpdate(IdentityStoreContext store, ILookupNormalizer normalizer, UserAccess access, AuditRecorder audit, TimeProvider time)
{
    /// <returns>The refusal when a new user name or address is another's.</returns>
    public async Task<ProblemHttpResult?> ApplyAsync(User user, UpdateUserRequest request, CancellationToken cancellationToken)
    {
        var before = UserResponse.Of(user);
        user.DisplayName = Changed(request.DisplayName, user.DisplayName);
        user.GivenName = Changed(request.GivenName, user.GivenName);
        user.FamilyName = Changed(request.FamilyName, user.FamilyName);
        user.Locale = Changed(request.Locale, user.Locale);
        user.ZoneInfo = Changed(request.ZoneInfo, user.ZoneInfo);
        user.Attributes = request.Attributes ?? user.Attributes;
        user.UserName = request.UserName ?? user.UserName;
        user.NormalizedUserName = normalizer.NormalizeName(user.UserName);
        if (request.Email is not null && request.Email != user.Email)
        {
            await ChangeEmailAsync(user, request.Email, cancellationToken);
        }

        if (!store.ChangeTracker.HasChanges())
        {
            return null;
        }

        user.Touch(time.GetStoredNow());
        audit.Record(store, AuditEventTypes.UserUpdated, user.AsParty(), before, UserResponse.Of(user));
        return await store.SaveUniqueAsync(user, cancellationToken);
    }

    private async Task ChangeEmailAsync(User user, string email, CancellationToken cancellationToken)
    {
        user.Email = email;
        user.NormalizedEmail = normalizer.NormalizeEmail(email);
        user.EmailConfirmed = false;
        user.SecurityStamp = NewSecurityStamp();
        await access.VoidCodesAsync(user, cancellationToken);
    }

    /// <summary>A stamp that makes what was issued under the former one void, such as codes of ASP.NET Core Identity.</summary>
    public static string NewSecurityStamp() => RandomNumberGenerator.GetHexString(40);

    // RFC 7396 would clear by null, which typed clients cannot tell from an absent member.
    private static string? Changed(string? sent, string? current) => sent switch
    {
        null => current,
        "" => null,
        _ => sent,
    };
}

/// <summary>Makes users of requests.</summary>
internal static class UserCreation
{
    public static User ToUser(this CreateUserRequest request, ILookupNormalizer normalizer, DateTimeOffset now) => new()
    {
        Id = Guid.CreateVersion7(now),
        UserName = request.UserName,
        NormalizedUserName = normalizer.NormalizeName(request.UserName),
        Email = request.Email,
        NormalizedEmail = normalizer.NormalizeEmail(request.Email),
        SecurityStamp = UserUpdate.NewSecurityStamp(),
        LockoutEnabled = true,
        DisplayName = NullIfEmpty(request.DisplayName),
        GivenName = NullIfEmpty(request.GivenName),
        FamilyName = NullIfEmpty(request.FamilyName),
        Locale = NullIfEmpty(request.Locale),
        ZoneInfo = NullIfEmpty(request.ZoneInfo),
        Attributes = request.Attributes ?? [],
        CreatedAt = now,
        UpdatedAt = now,
    };

    private static string? NullIfEmpty(string? value) => value is "" ? null : value;
}
