using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.WebUtilities;
using OpenIddict.Abstractions;

namespace UserDomain.IdentityServer.Protocol.Authorization;

/// <summary>
/// What has happened on our pages since an authorization or logout request arrived. It travels with the request as one protected
/// parameter, which only this server can make and read, so a page can be reached, and its outcome claimed, only through us (LOG-10).
/// </summary>
/// <param name="ClientId">The client that asked.</param>
/// <param name="AskedAt">When our first page was shown: who has signed in since has done what <c>prompt=login</c> or <c>max_age</c> asks for.</param>
/// <param name="SessionId">The session in which a question was answered.</param>
/// <param name="Answer">The answer.</param>
/// <param name="RequestUri">The pushed request, where it was one.</param>
internal sealed record Interaction(
    string? ClientId, DateTimeOffset AskedAt, Guid? SessionId = null, InteractionAnswer Answer = InteractionAnswer.None, string? RequestUri = null)
{
    public const string Parameter = "interaction";
}

internal enum InteractionAnswer
{
    None,
    Allowed,
    Denied,
    SignOutConfirmed,
}

/// <summary>Protects and reads interactions.</summary>
internal sealed class InteractionProtector(IDataProtectionProvider provider, TimeProvider time)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(30);
    private readonly IDataProtector _protector = provider.CreateProtector("interaction");

    /// <summary>The URL that takes a request up again, with what has happened since.</summary>
    public string Resume(string path, IEnumerable<KeyValuePair<string, string?>> parameters, Interaction interaction) =>
        QueryHelpers.AddQueryString(path, parameters
            .Where(pair => pair.Key != Interaction.Parameter)
            .Append(new(Interaction.Parameter, _protector.Protect(JsonSerializer.Serialize(interaction)))));

    /// <summary>Reads that of a request as it was sent: what a pushed request says does not replace it.</summary>
    public Interaction? ReadFrom(HttpRequest request) =>
        Read(request.SentParameter(Interaction.Parameter), request.SentParameter(OpenIddictConstants.Parameters.ClientId));

    /// <summary>Reads what <see cref="Resume"/> made; null if it is absent, stale, or somebody else's.</summary>
    public Interaction? Read(string? value, string? clientId)
    {
        if (string.IsNullOrEmpty(value))
        {
            return null;
        }

        try
        {
            var interaction = JsonSerializer.Deserialize<Interaction>(_protector.Unprotect(value));
            return interaction is not null && interaction.ClientId == clientId && time.GetUtcNow() - interaction.AskedAt < Lifetime ? interaction : null;
        }
        catch (Exception exception) when (exception is System.Security.Cryptography.CryptographicException or FormatException or JsonException)
        {
            return null;
        }
    }
}

internal static class SentParameters
{
    /// <summary>A parameter of a protocol request as it was sent, in the query or in a form.</summary>
    public static string? SentParameter(this HttpRequest request, string name) =>
        request.HasFormContentType ? request.Form[name] : request.Query[name];
}
