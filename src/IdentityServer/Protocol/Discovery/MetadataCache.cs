using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using OpenIddict.Server;

namespace UserDomain.IdentityServer.Protocol.Discovery;

/// <summary>
/// Answers discovery and keys as they were answered before, until the key ring changes. Clients may keep them for an hour, far less than a new key
/// is published before its first use, and learn by their ETag that nothing is new (RFC 9110 section 8.8.3).
/// </summary>
internal sealed class MetadataCache(RequestDelegate next, IOptionsMonitor<OpenIddictServerOptions> options)
{
    /// <summary>How long a client may do without asking.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromHours(1);

    private static readonly string Policy = string.Create(CultureInfo.InvariantCulture, $"public, max-age={Kept.TotalSeconds}");

    private volatile Generation _generation = new(null);

    public Task InvokeAsync(HttpContext context)
    {
        if (!(HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method)) || !MetadataPaths.All.Contains(context.Request.Path.Value!))
        {
            return next(context);
        }

        // They are another object whenever the ring is another one.
        var current = options.CurrentValue;
        var generation = _generation;
        if (generation.Options != current)
        {
            _generation = generation = new(current);
        }

        return generation.Documents.TryGetValue(context.Request.Path.Value!, out var document)
            ? AnswerAsync(context, document)
            : MakeAsync(context, generation);
    }

    private async Task MakeAsync(HttpContext context, Generation generation)
    {
        var (response, method) = (context.Response.Body, context.Request.Method);
        using var copy = new MemoryStream();

        // The library knows GET alone. HEAD is answered the same, and the server leaves the body out (RFC 9110 section 9.3.2).
        (context.Response.Body, context.Request.Method) = (copy, HttpMethods.Get);
        try
        {
            await next(context);
        }
        finally
        {
            (context.Response.Body, context.Request.Method) = (response, method);
        }

        var body = copy.ToArray();
        if (context.Response.StatusCode != StatusCodes.Status200OK)
        {
            await response.WriteAsync(body, context.RequestAborted);
            return;
        }

        var tag = new EntityTagHeaderValue($"\"{Base64Url.EncodeToString(SHA256.HashData(body).AsSpan(0, 12))}\"");
        var document = generation.Documents.GetOrAdd(context.Request.Path.Value!, new Document(body, context.Response.ContentType!, tag));
        await AnswerAsync(context, document);
    }

    private static Task AnswerAsync(HttpContext context, Document document)
    {
        var headers = context.Response.Headers;
        headers.CacheControl = Policy;
        headers.ETag = document.Tag.ToString();
        headers.Remove(HeaderNames.Pragma);
        headers.Remove(HeaderNames.Expires);
        if (context.Request.GetTypedHeaders().IfNoneMatch.Any(tag => tag.Compare(document.Tag, useStrongComparison: false) || tag.Equals(EntityTagHeaderValue.Any)))
        {
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            context.Response.ContentLength = null;
            return Task.CompletedTask;
        }

        context.Response.ContentType = document.ContentType;
        context.Response.ContentLength = document.Body.Length;
        return context.Response.Body.WriteAsync(document.Body, context.RequestAborted).AsTask();
    }

    private sealed record Document(byte[] Body, string ContentType, EntityTagHeaderValue Tag);

    private sealed class Generation(OpenIddictServerOptions? options)
    {
        public OpenIddictServerOptions? Options => options;

        public ConcurrentDictionary<string, Document> Documents { get; } = new();
    }
}
