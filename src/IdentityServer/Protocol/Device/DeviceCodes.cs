using System.Collections.Immutable;
using Microsoft.AspNetCore.Authentication;
using Microsoft.EntityFrameworkCore;
using OpenIddict.Abstractions;
using OpenIddict.EntityFrameworkCore.Models;
using OpenIddict.Server.AspNetCore;
using UserDomain.IdentityServer.Protocol.Authorization;
using UserDomain.IdentityServer.Protocol.Subjects;
using UserDomain.IdentityServer.Protocol.Token;
using UserDomain.IdentityServer.Protocol.TokenStorage;
using UserDomain.IdentityServer.SignIn;
using UserDomain.IdentityStore;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace UserDomain.IdentityServer.Protocol.Device;

/// <summary>What a device asks for that a person has entered the code of.</summary>
/// <param name="Client">The application on the device.</param>
/// <param name="Code">The letters the person entered.</param>
/// <param name="UserCodeId">Their row.</param>
/// <param name="DeviceCodeId">The row of the code the device holds.</param>
/// <param name="Scopes">What it asks for.</param>
/// <param name="Resources">The API it asks for.</param>
/// <param name="ExpiresAt">When both codes end.</param>
internal sealed record WaitingDevice(
    Client Client, string Code, Guid UserCodeId, Guid DeviceCodeId, ImmutableArray<string> Scopes, ImmutableArray<string> Resources, DateTimeOffset ExpiresAt);

/// <summary>Finds, allows and denies devices. Of answers at the same time one counts: who changes the user code first.</summary>
internal sealed class DeviceCodes(IdentityStoreContext store, IOpenIddictTokenManager tokens, GrantStore grants, GrantQueries queries, TimeProvider time)
{
    /// <summary>Whether a device waits for this code.</summary>
    public async Task<bool> IsWaitingAsync(string code, CancellationToken cancellationToken) =>
        await tokens.FindByReferenceIdAsync(code, cancellationToken) is { } token
        && await tokens.HasTypeAsync(token, TokenTypeIdentifiers.Private.UserCode, cancellationToken)
        && await tokens.HasStatusAsync(token, Statuses.Valid, cancellationToken)
        && await tokens.GetExpirationDateAsync(token, cancellationToken) > time.GetUtcNow();

    /// <summary>The device of a request to the verification endpoint; null when its code does not work any more.</summary>
    public async Task<WaitingDevice?> FindAsync(HttpContext context, string code, CancellationToken cancellationToken) =>
        (await context.AuthenticateAsync(OpenIddictServerAspNetCoreDefaults.AuthenticationScheme)).Principal is { } asked
        && asked.GetClaim(Claims.ClientId) is { } clientId
        && await grants.TryFindClientAsync(clientId, cancellationToken) is { } client
            ? new(client, code, Guid.Parse(asked.GetTokenId()!), Guid.Parse(asked.GetClaim(Claims.Private.DeviceCodeId)!), asked.GetScopes(),
                asked.GetClaims(AccessTokenAudience.ResourceClaim), asked.GetExpirationDate()!.Value)
            : null;

    /// <summary>Gives the device a grant within the session of who allowed it.</summary>
    /// <returns>Whether it was still waiting.</returns>
    public async Task<bool> AllowAsync(HttpContext context, WaitingDevice device, CurrentSession session, CancellationToken cancellationToken)
    {
        // It ends when what is issued is written: all of it, or nothing.
        await using var transaction = await store.Database.BeginTransactionAsync(cancellationToken);
        if (!await ChangeAsync(device.UserCodeId, Statuses.Valid, Statuses.Redeemed, cancellationToken))
        {
            return false;
        }

        await grants.RecordConsentAsync(device.Client, session, device.Scopes, cancellationToken);
        var grant = grants.Create(device.Client, session, device.Scopes, grants.NewId());
        await queries.InsertAsync(store, grant, cancellationToken);
        var principal = TokenPrincipals.Create(session, grant.Id, device.Scopes, device.Resources);

        // The device was told how long its code is good for; the library would begin anew.
        principal.SetDeviceCodeLifetime(device.ExpiresAt - time.GetUtcNow());
        await context.SignInAsync(OpenIddictServerAspNetCoreDefaults.AuthenticationScheme, principal);
        return true;
    }

    /// <summary>Refuses the device.</summary>
    /// <returns>Whether it was still waiting.</returns>
    public async Task<bool> DenyAsync(WaitingDevice device, CurrentSession session, CancellationToken cancellationToken)
    {
        await using var transaction = await store.Database.BeginTransactionAsync(cancellationToken);
        if (!await ChangeAsync(device.UserCodeId, Statuses.Valid, Statuses.Rejected, cancellationToken))
        {
            return false;
        }

        await ChangeAsync(device.DeviceCodeId, Statuses.Inactive, Statuses.Rejected, cancellationToken);
        await grants.RecordDenialAsync(device.Client, session, device.Scopes, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return true;
    }

    private async Task<bool> ChangeAsync(Guid code, string from, string to, CancellationToken cancellationToken) =>
        await store.Set<OpenIddictEntityFrameworkCoreToken<Guid>>()
            .Where(row => row.Id == code && row.Status == from)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.Status, to), cancellationToken) == 1;
}
