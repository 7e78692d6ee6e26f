using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;

namespace UserDomain.IdentityServer.Protocol.Registration;

/// <summary>Reads what a client says of itself. Whoever sends it may mean harm: all of it is bounded, and what is not understood is either refused or without effect.</summary>
internal static class MetadataReader
{
    private const int MaxBytes = 64 * 1024;

    private static readonly JsonSerializerOptions Format = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        AllowDuplicateProperties = false,
        MaxDepth = 16,
    };

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = Format.MaxDepth, AllowDuplicateProperties = false };

    // What protects a client, or tells it of things, and is not done here: a client that asks for it must not believe that it has it.
    private static readonly string[] NotOffered =
    [
        "id_token_encrypted_response_alg", "userinfo_encrypted_response_alg", "introspection_encrypted_response_alg", "authorization_encrypted_response_alg",
        "tls_client_certificate_bound_access_tokens", "require_signed_request_object", "sector_identifier_uri", "frontchannel_logout_uri",
    ];

    /// <summary>Reads the body of a request.</summary>
    public static async Task<(ClientMetadata? Metadata, RegistrationRefusal? Refusal)> ReadAsync(HttpRequest request)
    {
        if (!request.HasJsonContentType())
        {
            return (null, RegistrationRefusal.Unreadable(StatusCodes.Status415UnsupportedMediaType, "Send the metadata of the client as application/json."));
        }

        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = MaxBytes;
        }

        try
        {
            using var body = await JsonDocument.ParseAsync(request.Body, Strict, request.HttpContext.RequestAborted);
            return Read(body.RootElement);
        }
        catch (BadHttpRequestException exception)
        {
            return (null, RegistrationRefusal.Unreadable(exception.StatusCode, $"The body cannot be read: send at most {MaxBytes / 1024} KiB."));
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return (null, NotAsStandard(exception));
        }
    }

    /// <summary>Reads a document that was had from elsewhere.</summary>
    public static (ClientMetadata? Metadata, RegistrationRefusal? Refusal) Read(byte[] document)
    {
        try
        {
            using var parsed = JsonDocument.Parse(document, Strict);
            return Read(parsed.RootElement);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return (null, NotAsStandard(exception));
        }
    }

    private static (ClientMetadata? Metadata, RegistrationRefusal? Refusal) Read(JsonElement sent)
    {
        if (sent.ValueKind != JsonValueKind.Object)
        {
            return (null, RegistrationRefusal.Of(null, "the metadata of a client is a JSON object"));
        }

        if (IsSaid(sent, "software_statement"))
        {
            return (null, new("unapproved_software_statement", "No software statement is approved here: leave software_statement out."));
        }

        if (NotOffered.FirstOrDefault(name => IsSaid(sent, name)) is { } missing)
        {
            return (null, RegistrationRefusal.Of(missing, "is not supported: leave it out"));
        }

        var metadata = sent.Deserialize<ClientMetadata>(Format)!;
        var problems = new List<ValidationResult>();
        if (Validator.TryValidateObject(metadata, new(metadata), problems, validateAllProperties: true))
        {
            return (metadata, null);
        }

        var member = problems[0].MemberNames.First();
        return (null, RegistrationRefusal.Of(NameOf(member), problems[0].ErrorMessage!.Replace(member, NameOf(member), StringComparison.Ordinal)));
    }

    // A text that is no text, half of a surrogate pair, is an InvalidOperationException.
    private static RegistrationRefusal NotAsStandard(Exception exception) => RegistrationRefusal.Of(
        (exception as JsonException)?.Path is { Length: > 2 } path ? path[2..] : null,
        "is not what the standard says it is, or is there twice; the metadata of a client is a JSON object");

    private static bool IsSaid(JsonElement sent, string name) =>
        sent.TryGetProperty(name, out var value) && value.ValueKind is not (JsonValueKind.Null or JsonValueKind.False);

    private static string NameOf(string member) => JsonNamingPolicy.SnakeCaseLower.ConvertName(member);
}
