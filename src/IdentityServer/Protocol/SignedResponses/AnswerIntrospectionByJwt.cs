using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore;
using Microsoft.Net.Http.Headers;
using OpenIddict.Server;
using OpenIddict.Server.AspNetCore;
using UserDomain.IdentityServer.Clients;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace UserDomain.IdentityServer.Protocol.SignedResponses;

/// <summary>
/// Answers introspection by a JWT where its caller asks for one (RFC 9701 section 5). It has neither <c>sub</c> nor <c>exp</c> of its own, so that
/// nobody takes it for a token. What is in it is what would have been in the JSON.
/// </summary>
internal sealed class AnswerIntrospectionByJwt(ResponseSigner signer, TimeProvider time) : IOpenIddictServerHandler<ApplyIntrospectionResponseContext>
{
    private const string Type = "token-introspection+jwt";
    private const string MediaType = $"application/{Type}";

    public static OpenIddictServerHandlerDescriptor Descriptor { get; } = OpenIddictServerHandlerDescriptor
        .CreateBuilder<ApplyIntrospectionResponseContext>()
        .UseScopedHandler<AnswerIntrospectionByJwt>()
        .SetOrder(OpenIddictServerAspNetCoreHandlers.ProcessJsonResponse<ApplyIntrospectionResponseContext>.Descriptor.Order - 500)
        .Build();

    /// <summary>Whether a JWT is what a request accepts first. A range such as */* is what libraries send that know of JSON only (RFC 9110 section 12.5.1).</summary>
    public static bool IsAskedFor(HttpRequest request)
    {
        var accepted = request.GetTypedHeaders().Accept;
        var quality = QualityOf(accepted, MediaType);
        return quality > 0 && quality >= QualityOf(accepted, "application/json", "application/*", "*/*");
    }

    public async ValueTask HandleAsync(ApplyIntrospectionResponseContext context)
    {
        var http = context.Transaction.GetHttpRequest()!.HttpContext;
        if (context.Error is not null || !IsAskedFor(http.Request))
        {
            return;
        }

        var client = context.Request!.ClientId!;
        var key = await signer.KeyAsync(client, ClientSettings.IntrospectionAlgorithm, context.CancellationToken);
        var claims = new JsonObject
        {
            [Claims.IssuedAt] = time.GetUtcNow().ToUnixTimeSeconds(),
            ["token_introspection"] = JsonSerializer.SerializeToNode(context.Response),
        };
        http.Response.ContentType = MediaType;
        await http.Response.WriteAsync(signer.Sign(claims, client, key, Type), context.CancellationToken);
        context.HandleRequest();
    }

    private static double QualityOf(IList<MediaTypeHeaderValue> accepted, params string[] ranges) =>
        ranges.Select(range => accepted.FirstOrDefault(one => one.MediaType.Equals(range, StringComparison.OrdinalIgnoreCase))).FirstOrDefault(found => found is not null) is { } range
            ? range.Quality ?? 1
            : 0;
}
