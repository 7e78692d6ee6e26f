using System.Net.Mime;
using System.Text.Json;
using Microsoft.Net.Http.Headers;

namespace UserDomain.IdentityServer.Protocol.FastPath;

/// <summary>What a client gets that gets what it asked for: a JSON object, for nobody to keep (RFC 6749 section 5.1).</summary>
/// <param name="Write">Writes its members.</param>
internal sealed record FastAnswer(Action<Utf8JsonWriter> Write)
{
    public async Task SendAsync(HttpResponse response)
    {
        response.ContentType = MediaTypeNames.Application.Json + ";charset=UTF-8";
        response.Headers.CacheControl = "no-store";
        response.Headers[HeaderNames.Pragma] = "no-cache";
        var json = new Utf8JsonWriter(response.BodyWriter);
        await using (json.ConfigureAwait(false))
        {
            json.WriteStartObject();
            Write(json);
            json.WriteEndObject();
        }
    }
}
