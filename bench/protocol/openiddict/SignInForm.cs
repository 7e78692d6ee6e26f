using System.Net;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;

namespace UserDomain.OpenIddictPeer;

/// <summary>The smallest page a person can sign in on.</summary>
internal static class SignInForm
{
    public const string Path = "/sign-in";

    public static void MapSignIn(this WebApplication app)
    {
        app.MapGet(Path, Show);
        app.MapPost(Path, SignInAsync).DisableAntiforgery();
    }

    private static ContentHttpResult Show(HttpContext context, IAntiforgery antiforgery, [FromQuery(Name = "ReturnUrl")] string returnUrl)
    {
        var token = antiforgery.GetAndStoreTokens(context);
        return TypedResults.Content($"""
            <!doctype html>
            <title>Sign in</title>
            <form method="post" action="{Path}">
              <input type="hidden" name="{token.FormFieldName}" value="{token.RequestToken}">
              <input type="hidden" name="returnUrl" value="{WebUtility.HtmlEncode(returnUrl)}">
              <input name="username" autocomplete="username"><input name="password" type="password" autocomplete="current-password"><button>Sign in</button>
            </form>
            """, "text/html; charset=utf-8");
    }

    private static async Task<IResult> SignInAsync(
        HttpContext context, IAntiforgery antiforgery, SignInManager<IdentityUser> signIn,
        [FromForm] string username, [FromForm] string password, [FromForm] string returnUrl)
    {
        await antiforgery.ValidateRequestAsync(context);
        return (await signIn.PasswordSignInAsync(username, password, isPersistent: false, lockoutOnFailure: true)).Succeeded
            ? TypedResults.LocalRedirect(returnUrl)
            : TypedResults.Unauthorized();
    }
}
