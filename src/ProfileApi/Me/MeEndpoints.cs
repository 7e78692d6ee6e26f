using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using UserDomain.Contracts;
using UserDomain.IdentityStore;
using UserDomain.ProfileApi.Users;
using UserDomain.ServiceDefaults.Authorization;
using UserDomain.ServiceDefaults.Lists;
using UserDomain.ServiceDefaults.Validation;

namespace UserDomain.ProfileApi.Me;

internal static class MeEndpoints
{
    public static void MapMe(this IEndpointRouteBuilder routes)
    {
        var me = routes.MapGroup("/me").WithTags("Me").RefuseStale();

        me.MapGet("/", Get).RequireAccess(Scopes.ProfileSelf);
        me.MapPatch("/", Update).RequireAccess(Scopes.ProfileSelf);
    }

    private static async Task<Results<Ok<UserResponse>, ProblemHttpResult>> Get(
        HttpContext http, IdentityStoreContext store, CancellationToken cancellationToken)
    {
        var id = Caller.Of(http.User).UserId;
        if (await store.Users.Where(user => user.Id == id).Select(UserResponse.Projection).FirstOrDefaultAsync(cancellationToken) is not { } user)
        {
            return Problems.UserNotFound();
        }

        ETags.Set(http, user.Version);
        return TypedResults.Ok(user);
    }

    private static async Task<Results<Ok<UserResponse>, ProblemHttpResult>> Update(
        UpdateMeRequest request, HttpContext http, IdentityStoreContext store, UserUpdate update, CancellationToken cancellationToken)
    {
        var id = Caller.Of(http.User).UserId;
        await using var transaction = await store.Database.BeginTransactionAsync(cancellationToken);
        if (await store.Users.FirstOrDefaultAsync(user => user.Id == id, cancellationToken) is not { } user)
        {
            return Problems.UserNotFound();
        }

        if (ETags.Mismatch(http, user.Version) is { } mismatch)
        {
            return mismatch;
        }

        var change = new UpdateUserRequest(null, null, request.DisplayName, request.GivenName, request.FamilyName, request.Locale, request.ZoneInfo, null);
        if (await update.ApplyAsync(user, change, cancellationToken) is { } taken)
        {
            return taken;
        }

        await transaction.CommitAsync(cancellationToken);
        ETags.Set(http, user.Version);
        return TypedResults.Ok(UserResponse.Of(user));
    }
}

/// <summary>Changes to the caller's own profile: an absent member stays as it is, an empty string clears it.</summary>
/// <param name="DisplayName">What pages call the person.</param>
/// <param name="GivenName">Given name.</param>
/// <param name="FamilyName">Family name.</param>
/// <param name="Locale">Language, BCP 47.</param>
/// <param name="ZoneInfo">Time zone, IANA name.</param>
public sealed record UpdateMeRequest(
    [StringLength(UserLimits.Name), PlainText] string? DisplayName,
    [StringLength(UserLimits.Name), PlainText] string? GivenName,
    [StringLength(UserLimits.Name), PlainText] string? FamilyName,
    [LanguageTag] string? Locale,
    [ZoneInfo] string? ZoneInfo);
