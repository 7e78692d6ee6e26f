using System.Net;
using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using OpenIddict.EntityFrameworkCore.Models;
using UserDomain.IdentityServer.Clients;
using UserDomain.Testing;

namespace UserDomain.IdentityServer.Tests.Protocol.FastPath;

/// <summary>What looks plain and is not to be had: the fast path leaves it to who refuses it.</summary>
public sealed class FastPathRefusalTests(RunningSystem system)
{
    [Theory]
    [InlineData("code")]
    [InlineData("refresh token")]
    public async Task TOK_04_TOK_05_What_has_expired_gives_no_tokens(string what)
    {
        var name = Unique("fast");
        var user = (await system.CreateUserAsync(name)).ToString();
        using var visitor = await system.VisitorAsync("offline_access");
        var code = await visitor.CodeAsync(name, RunningSystem.Password);
        (string, string)[] form = what == "code"
            ? [("grant_type", "authorization_code"), ("code", code), ("redirect_uri", WebVisitor.RedirectUri), ("code_verifier", visitor.Verifier)]
            : [("grant_type", "refresh_token"), ("refresh_token", (await visitor.RedeemAsync(code)).RefreshToken!)];

        var past = TimeProvider.System.GetUtcNow().UtcDateTime.AddSeconds(-1);
        await system.InStoreAsync(store => store.Set<OpenIddictEntityFrameworkCoreToken<Guid>>().Where(row => row.Subject == user)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.ExpirationDate, past)));

        await visitor.PostTokenAsync(form).ErrorAsync(HttpStatusCode.BadRequest, "invalid_grant");
    }

    [Theory]
    [InlineData("ended")]
    [InlineData("too old")]
    public async Task TOK_05_REV_01_A_refresh_token_whose_grant_has_ended_gives_no_tokens(string how)
    {
        var name = Unique("fast");
        var user = (await system.CreateUserAsync(name)).ToString();
        using var visitor = await system.VisitorAsync("offline_access");
        var token = (await visitor.SignInAsync(name, RunningSystem.Password)).RefreshToken!;

        var (status, made) = how == "ended" ? ("revoked", TimeProvider.System.GetUtcNow().UtcDateTime) : ("valid", TimeProvider.System.GetUtcNow().UtcDateTime.AddDays(-31));
        await system.InStoreAsync(store => store.Set<OpenIddictEntityFrameworkCoreAuthorization<Guid>>().Where(row => row.Subject == user)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.Status, status).SetProperty(row => row.CreationDate, made)));

        await visitor.PostTokenAsync(("grant_type", "refresh_token"), ("refresh_token", token)).ErrorAsync(HttpStatusCode.BadRequest, "invalid_grant");
    }

    [Fact]
    public async Task CLI_03_A_person_who_is_signed_in_is_asked_before_a_client_they_have_not_allowed_gets_a_code()
    {
        var name = Unique("fast");
        await system.CreateUserAsync(name);
        using var trusted = await system.VisitorAsync();
        await trusted.CodeAsync(name, RunningSystem.Password);
        var id = Unique("web");
        var secret = await system.RegisterAsync(new(id, ClientType.Web) { RedirectUris = [WebVisitor.RedirectUri], Scopes = ["openid"], RequireConsent = true });
        using var asking = new WebVisitor(system.PublicUrl, id, secret!, ["openid"]);

        using var answer = await trusted.Http.GetAsync(new Uri(asking.AuthorizeUrl(), UriKind.Relative));

        Assert.StartsWith("/account/consent?", answer.Headers.Location!.OriginalString, StringComparison.Ordinal);
    }

    private static string Unique(string name) => $"{name}-{RandomNumberGenerator.GetHexString(12, lowercase: true)}";
}
