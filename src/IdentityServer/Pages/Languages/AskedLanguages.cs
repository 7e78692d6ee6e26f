using Microsoft.AspNetCore;
using Microsoft.AspNetCore.WebUtilities;
using UserDomain.IdentityServer.Protocol.Interactions;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace UserDomain.IdentityServer.Pages.Languages;

/// <summary>The languages an application asks for, by <c>ui_locales</c> (OpenID Connect Core 1.0 section 3.1.2.1, RP-Initiated Logout 1.0 section 2).</summary>
internal static class AskedLanguages
{
    /// <summary>What the protocol request says that is being answered; of one that was pushed or signed what is in there.</summary>
    public static string? Of(HttpContext http) => http.GetOpenIddictServerRequest()?.UiLocales ?? http.Features.Get<Interaction>()?[Parameters.UiLocales];

    /// <summary>The same, or what the request says that waits while this page is shown, or the address of the page.</summary>
    public static async Task<string?> OfPageAsync(HttpContext http)
    {
        if (Of(http) is { } asked)
        {
            return asked;
        }

        var query = QueryHelpers.ParseQuery(SamePage.QueryOf(http));
        if (query.TryGetValue(Parameters.UiLocales, out var direct))
        {
            return direct.FirstOrDefault();
        }

        // The page of a fault may not depend on what may be the fault.
        return SamePage.IsFault(http)
            ? null
            : await OfWaitingAsync(http, SamePage.FormOf(http)?["returnUrl"].FirstOrDefault() ?? query.GetValueOrDefault("returnUrl").FirstOrDefault());
    }

    private static async Task<string?> OfWaitingAsync(HttpContext http, string? given) =>
        given is not null && await ReturnUrl.OfAsync(http, given) is var waiting && (waiting.IsAuthorization || waiting.IsEndSession) ? waiting[Parameters.UiLocales] : null;
}
