using System.Globalization;
using System.Net.Mime;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore;
using Microsoft.Extensions.Localization;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using OpenIddict.Server.AspNetCore;
using UserDomain.IdentityServer.Pages.Languages;
using UserDomain.IdentityServer.Resources;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace UserDomain.IdentityServer.Protocol.Handlers;

/// <summary>
/// Answers by a form that the browser posts to the application (OAuth 2.0 Form Post Response Mode). In place of the library's page, whose
/// script our content security policy would stop and leave the person with nothing to click.
/// </summary>
internal sealed class AnswerByForm(PageLanguage language, IStringLocalizer<AccountText> text) : IOpenIddictServerHandler<ApplyAuthorizationResponseContext>
{
    private const string Script = "document.forms[0].submit();";

    // No form-action: Chromium would apply it to wherever the application redirects to, and the form has no address but the registered one.
    private static readonly string Policy =
        $"default-src 'none'; style-src 'self'; script-src 'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Script)))}'; base-uri 'none'; frame-ancestors 'none'";

    public static OpenIddictServerHandlerDescriptor Descriptor { get; } = OpenIddictServerHandlerDescriptor
        .CreateBuilder<ApplyAuthorizationResponseContext>()
        .UseSingletonHandler<AnswerByForm>()
        .SetOrder(OpenIddictServerAspNetCoreHandlers.Authentication.ProcessFormPostResponse.Descriptor.Order)
        .Build();

    public async ValueTask HandleAsync(ApplyAuthorizationResponseContext context)
    {
        if (string.IsNullOrEmpty(context.RedirectUri) || context.ResponseMode != ResponseModes.FormPost)
        {
            return;
        }

        var http = context.Transaction.GetHttpRequest()!.HttpContext;
        language.Speak(http, AskedLanguages.Of(http));
        http.Response.ContentType = $"{MediaTypeNames.Text.Html}; charset=utf-8";
        http.Response.Headers.ContentSecurityPolicy = Policy;
        await http.Response.WriteAsync(Page(context.RedirectUri, Fields(context.Response)), http.RequestAborted);
        context.HandleRequest();
    }

    private static IEnumerable<(string Name, string Value)> Fields(OpenIddictResponse response) =>
        from parameter in response.GetParameters()
        from value in (System.Collections.Immutable.ImmutableArray<string?>?)parameter.Value ?? []
        where !string.IsNullOrEmpty(value)
        select (parameter.Key, value);

    private string Page(string address, IEnumerable<(string Name, string Value)> fields)
    {
        var inputs = string.Concat(fields.Select(field => $"""<input type="hidden" name="{Encode(field.Name)}" value="{Encode(field.Value)}">"""));
        return $"""
            <!DOCTYPE html>
            <html lang="{CultureInfo.CurrentUICulture.Name}">
            <head>
              <meta charset="utf-8">
              <meta name="viewport" content="width=device-width, initial-scale=1">
              <title>{Encode(text["FormPost.Title"])}</title>
              <link rel="stylesheet" href="/account/account.css">
            </head>
            <body>
              <main class="card">
                <h1>{Encode(text["FormPost.Title"])}</h1>
                <p class="lead">{Encode(text["FormPost.Lead"])}</p>
                <form class="actions" method="post" action="{Encode(address)}">
                  {inputs}
                  <button class="button button-primary" id="continue" type="submit">{Encode(text["FormPost.Submit"])}</button>
                </form>
              </main>
              <script>{Script}</script>
            </body>
            </html>
            """;
    }

    private static string Encode(string value) => HtmlEncoder.Default.Encode(value);
}
