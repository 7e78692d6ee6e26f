namespace UserDomain.SessionApi.Tests.Sessions;

/// <summary>Somebody who has signed in to an application in a browser.</summary>
internal sealed record SignedInPerson(Guid UserId, string UserName, WebVisitor Browser, TokenAnswer Tokens) : IDisposable
{
    public const string UserAgent = "Mozilla/5.0 (X11; Linux x86_64) Test/1.0";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>The session, as the tokens name it.</summary>
    public Guid SessionId => Tokens.SessionId;

    public static async Task<SignedInPerson> OfAsync(RunningSystem system, Guid? user = null, params string[] scopes)
    {
        var id = user ?? await system.CreateUserAsync();
        var name = await system.InStoreAsync(store => Task.FromResult(store.Users.Single(row => row.Id == id).UserName!));
        var browser = await system.VisitorAsync(["offline_access", .. scopes]);
        browser.Http.DefaultRequestHeaders.UserAgent.ParseAdd(UserAgent);
        return new(id, name, browser, await browser.SignInAsync(name, RunningSystem.Password));
    }

    /// <summary>Goes to the application again without a page: the query that comes back.</summary>
    public async Task<Dictionary<string, string?>> ReturnSilentlyAsync() =>
        WebVisitor.QueryOf(await Browser.Http.GetAsync(Browser.AuthorizeUrl(("prompt", "none")), Cancellation));

    public Task<HttpResponseMessage> RefreshAsync() => Browser.PostTokenAsync(("grant_type", "refresh_token"), ("refresh_token", Tokens.RefreshToken!));

    public Task<HttpResponseMessage> UserInfoAsync()
    {
        var request = new HttpRequestMessage(HttpMethod.Get, "connect/userinfo");
        request.Headers.Authorization = new("Bearer", Tokens.AccessToken);
        return Browser.Http.SendAsync(request, Cancellation);
    }

    public async Task<string> IntrospectAsync(string token)
    {
        using var answer = await Browser.PostAsApplicationAsync("connect/introspect", ("token", token));
        return await answer.Content.ReadAsStringAsync(Cancellation);
    }

    public void Dispose() => Browser.Dispose();
}
