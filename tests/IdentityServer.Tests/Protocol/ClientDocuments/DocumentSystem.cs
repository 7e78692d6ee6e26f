using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using UserDomain.IdentityServer.Protocol.ClientDocuments;
using UserDomain.IdentityServer.Tests.ClientApi;
using UserDomain.IdentityServer.Tests.Outgoing;
using UserDomain.Testing;

namespace UserDomain.IdentityServer.Tests.Protocol.ClientDocuments;

/// <summary>An installation that takes clients by their documents, a host that publishes some, and calls that tests of that share.</summary>
public sealed class DocumentSystem : IAsyncLifetime
{
    private readonly TestFolder _folder = new();
    private readonly X509Certificate2 _certificate = TestAuthority.Localhost();
    private readonly ConcurrentDictionary<string, RequestDelegate> _answers = new();
    private readonly ConcurrentDictionary<string, int> _asked = new();
    private LocalServer? _host;
    private RunningSystem? _system;

    public RunningSystem System => _system!;

    public MovedClock Clock { get; } = new();

    /// <summary>The host of the clients.</summary>
    internal LocalServer Host => _host!;

    /// <summary>Where clients take their codes that are on their host.</summary>
    internal string Callback => new Uri(Host.Url, "callback").AbsoluteUri;

    public async ValueTask InitializeAsync()
    {
        await File.WriteAllTextAsync(_folder["trusted.pem"], _certificate.ExportCertificatePem());
        _host = await LocalServer.StartAsync(AnswerAsync, _certificate);
        _system = RunningSystem.With(
            new Dictionary<string, string> { ["UserDomain:ClientIdMetadataDocuments:Enabled"] = "true", ["UserDomain:Outgoing:TrustedCertificatesFile"] = _folder["trusted.pem"] }, Clock);
        await _system.InitializeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await System.DisposeAsync();
        await Host.DisposeAsync();
        _certificate.Dispose();
        _folder.Dispose();
    }

    /// <summary>Publishes the document of a new client.</summary>
    /// <param name="more">What it says beside or in place of the usual; nothing is said where the value is null.</param>
    /// <returns>The client's id.</returns>
    internal string Publish(params (string Name, object? Value)[] more) => Publish(answer: null, more);

    /// <summary>Publishes the document of a new client.</summary>
    /// <param name="answer">Answers with it; null for the usual.</param>
    /// <param name="more">What it says beside or in place of the usual.</param>
    internal string Publish(Func<HttpContext, string, Task>? answer, params (string Name, object? Value)[] more)
    {
        // All of the tests' clients have one host, and would not be asked for in one minute.
        Clock.Move(DocumentBudget.Window);
        var id = new Uri(Host.Url, $"clients/{ClientCalls.UniqueId()}.json").AbsoluteUri;
        Replace(id, answer, more);
        return id;
    }

    /// <summary>Publishes another document in the place of a client's.</summary>
    internal void Replace(string id, Func<HttpContext, string, Task>? answer, params (string Name, object? Value)[] more)
    {
        var document = new Dictionary<string, object?>
        {
            ["client_id"] = id,
            ["client_name"] = "Shop",
            ["redirect_uris"] = new[] { Callback },
            ["grant_types"] = new[] { "authorization_code", "refresh_token" },
        };
        foreach (var (name, value) in more)
        {
            document[name] = value;
        }

        var json = JsonSerializer.Serialize(document.Where(member => member.Value is not null).ToDictionary());
        _answers[new Uri(id).AbsolutePath] = context => (answer ?? Json())(context, json);
    }

    /// <summary>Takes the document of a client away.</summary>
    internal void Withdraw(string id) => _answers.TryRemove(new Uri(id).AbsolutePath, out _);

    /// <summary>Answers with a document, and how long it is good.</summary>
    internal static Func<HttpContext, string, Task> Json(string? cacheControl = null, string type = "application/json", int status = StatusCodes.Status200OK) => (context, json) =>
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = type;
        context.Response.Headers.CacheControl = cacheControl;
        return context.Response.WriteAsync(json);
    };

    /// <summary>How often the document of a client was asked for.</summary>
    internal int AskedFor(string id) => _asked.GetValueOrDefault(new Uri(id).AbsolutePath);

    /// <summary>A person's browser in front of a client.</summary>
    internal WebVisitor Visitor(string id, params string[] scopes) => new(System.PublicUrl, id, "", scopes.Length == 0 ? ["openid", "profile", "offline_access"] : scopes);

    /// <summary>What the authorization endpoint says to a client at once.</summary>
    internal async Task<HttpResponseMessage> AuthorizeAsync(string id, params (string Name, string Value)[] more)
    {
        using var visitor = Visitor(id);
        return await visitor.Http.GetAsync(visitor.AuthorizeUrl([("redirect_uri", Callback), .. more]), TestContext.Current.CancellationToken);
    }

    /// <summary>Whether people are let on to sign in to a client.</summary>
    internal async Task<bool> IsTakenAsync(string id)
    {
        using var answer = await AuthorizeAsync(id);
        return answer.StatusCode == HttpStatusCode.SeeOther;
    }

    /// <summary>A client is refused: the person stays here, and the token endpoint says why.</summary>
    internal async Task<string> RefusedAsync(string id)
    {
        using var answer = await AuthorizeAsync(id);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Null(answer.Headers.Location);
        return (await System.PostAsync("connect/token", ("grant_type", "authorization_code"), ("code", "none"), ("code_verifier", new string('v', 43)), ("client_id", id))
            .ErrorAsync(HttpStatusCode.Unauthorized, "invalid_client"))
            .Text("error_description")!;
    }

    /// <summary>Exchanges a code as a client that does not authenticate.</summary>
    internal Task<HttpResponseMessage> RedeemAsync(WebVisitor visitor, string code, string? redirectUri = null) => System.PostAsync(
        "connect/token", ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", redirectUri ?? Callback), ("code_verifier", visitor.Verifier), ("client_id", visitor.ClientId));

    private Task AnswerAsync(HttpContext context)
    {
        _asked.AddOrUpdate(context.Request.Path, 1, (_, before) => before + 1);
        if (_answers.TryGetValue(context.Request.Path, out var answer))
        {
            return answer(context);
        }

        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }
}
