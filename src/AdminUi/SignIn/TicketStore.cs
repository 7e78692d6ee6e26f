using System.Globalization;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using UserDomain.AdminUi.Access;

namespace UserDomain.AdminUi.SignIn;

/// <summary>
/// Keeps sign-ins on the server. The refresh token is moved to a part of its own, because it changes while requests that hold an older
/// copy of the ticket are under way and would write the old one back.
/// </summary>
internal sealed class TicketStore(SessionVault vault, TokenStore tokens, TimeProvider time) : ITicketStore
{
    /// <summary>Property of a ticket that holds the handle it was found by.</summary>
    public const string HandleProperty = "handle";

    private const string Part = "ticket";
    private const string EndProperty = "end";

    /// <summary>When a session ends even if it is in use.</summary>
    public static DateTimeOffset EndOf(AuthenticationProperties properties) =>
        DateTimeOffset.Parse(properties.Items[EndProperty]!, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind);

    /// <summary>When a session began.</summary>
    public static DateTimeOffset BeginOf(AuthenticationProperties properties) => EndOf(properties) - SessionVault.Absolute;

    public async Task<string> StoreAsync(AuthenticationTicket ticket)
    {
        var handle = SessionVault.NewHandle();
        var properties = ticket.Properties;
        var end = time.GetUtcNow() + SessionVault.Absolute;
        properties.Items[HandleProperty] = handle;
        properties.Items[EndProperty] = end.ToString("O", CultureInfo.InvariantCulture);
        var refreshToken = properties.GetTokenValue(OpenIdConnectParameterNames.RefreshToken)
            ?? throw new InvalidOperationException("The identity server issued no refresh token: the console's client needs offline_access.");
        // Kept for the logout request alone.
        var idToken = properties.GetTokenValue(OpenIdConnectParameterNames.IdToken) ?? "";
        properties.StoreTokens([new() { Name = OpenIdConnectParameterNames.IdToken, Value = idToken }]);

        await tokens.SaveAsync(handle, TokenSet.Of(refreshToken), end, CancellationToken.None);
        await RenewAsync(handle, ticket);
        return handle;
    }

    public Task RenewAsync(string key, AuthenticationTicket ticket) => vault.SetAsync(
        Part, key, TicketSerializer.Default.Serialize(ticket), EndOf(ticket.Properties), time.GetUtcNow(), CancellationToken.None);

    public async Task<AuthenticationTicket?> RetrieveAsync(string key) =>
        await vault.GetAsync(Part, key, CancellationToken.None) is { } stored
        && TicketSerializer.Default.Deserialize(stored) is { } ticket
        && EndOf(ticket.Properties) > time.GetUtcNow()
            ? ticket
            : null;

    // Who comes back from the identity server begins a session of a new handle (SES-01). With one still open, as in another tab, the handler of
    // the cookie would put the new ticket in its place.
    public async Task<AuthenticationTicket?> RetrieveAsync(string key, HttpContext httpContext, CancellationToken cancellationToken)
    {
        if (httpContext.Request.Path != OpenIdConnectSetup.CallbackPath)
        {
            return await RetrieveAsync(key);
        }

        await RemoveAsync(key);
        return null;
    }

    public async Task RemoveAsync(string key)
    {
        await tokens.RemoveAsync(key, CancellationToken.None);
        await vault.RemoveAsync(Part, key, CancellationToken.None);
    }
}
