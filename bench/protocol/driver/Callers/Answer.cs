using System.Net;
using System.Text;
using System.Text.Json;

namespace UserDomain.LoadDriver.Callers;

/// <summary>An answer that is not what it had to be.</summary>
internal sealed class WrongAnswerException(string message) : Exception(message);

/// <summary>An answer, read to its end.</summary>
/// <param name="Url">What was asked.</param>
/// <param name="Status">The status.</param>
/// <param name="Location">Where it leads, absolute.</param>
/// <param name="Body">Its content.</param>
internal sealed record Answer(Uri Url, HttpStatusCode Status, Uri? Location, byte[] Body)
{
    /// <summary>The content as text.</summary>
    public string Text => Encoding.UTF8.GetString(Body);

    /// <summary>Refuses any status but the one expected.</summary>
    public Answer Expect(HttpStatusCode status) => Status == status ? this : throw Wrong($"not {(int)status}");

    /// <summary>The content of a 200, a JSON object.</summary>
    public JsonElement Json()
    {
        Expect(HttpStatusCode.OK);
        try
        {
            var body = JsonSerializer.Deserialize<JsonElement>(Body);
            return body.ValueKind == JsonValueKind.Object ? body : throw Wrong("no JSON object");
        }
        catch (JsonException)
        {
            throw Wrong("no JSON");
        }
    }

    /// <summary>A member of the content that has to be there.</summary>
    public JsonElement Member(string name) => Json().TryGetProperty(name, out var member) ? member : throw Wrong($"without {name}");

    /// <summary>What to say of an answer that is not as it has to be.</summary>
    public WrongAnswerException Wrong(string why) => new($"{Url.AbsolutePath}: {why}, but {(int)Status} {Text[..Math.Min(Body.Length, 300)].ReplaceLineEndings(" ")}");
}
