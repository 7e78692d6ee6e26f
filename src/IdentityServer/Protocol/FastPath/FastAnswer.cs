using System.Net.Mime;
using System.Text.Json;
using Microsoft.Net.Http.Headers;

namespace UserDomain.IdentityServer.Protocol.FastPath;

/// <summary>What a client gets that gets what it asked for, for nobody to keep (RFC 6749 section 5.1).</summary>
internal abstract record FastAnswer
{
    /// <summary>Sends it.</summary>
    public Task SendAsync(HttpResponse response)
    {
        response.Headers.CacheControl = "no-store";
        response.Headers[HeaderNames.Pragma] = "no-cache";
        return WriteAsync(response);
    }

    protected abstract Task WriteAsync(HttpResponse response);
}

/// <summary>A JSON object.</summary>
/// <param name="Members">Writes its members.</param>
internal sealed record JsonAnswer(Action<Utf8JsonWriter> Members) : FastAnswer
{
    protected override async Task WriteAsync(HttpResponse response)
    {
        response.ContentType = MediaTypeNames.Application.Json + ";charset=UTF-8";
        var json = new Utf8JsonWriter(response.BodyWriter);
        await using (json.ConfigureAwait(false))
        {
            json.WriteStartObject();
            Members(json);
            json.WriteEndObject();
        }
    }
}

/// <summary>A redirect to the application.</summary>
/// <param name="Url">Its redirect URI, with the answer.</param>
internal sealed record RedirectAnswer(string Url) : FastAnswer
{
    protected override Task WriteAsync(HttpResponse response)
    {
        response.Redirect(Url);
        return Task.CompletedTask;
    }
}
