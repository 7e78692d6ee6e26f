using System.Text;
using UserDomain.IdentityServer.Clients;
using UserDomain.ServiceDefaults.Dpop;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace UserDomain.IdentityServer.Protocol.FastPath;

/// <summary>A form with each parameter once, of a plain client that has shown its secret.</summary>
/// <param name="Client">The client.</param>
/// <param name="Sent">What it sent, without what it authenticated with.</param>
internal sealed record PlainRequest(PlainClient Client, IReadOnlyDictionary<string, string> Sent)
{
    private const string FormType = "application/x-www-form-urlencoded";
    private const string Basic = "Basic ";

    /// <summary>Reads a request; null if there is anything about it that is not plain. A form is kept by the request, so whoever asks next can read it as well.</summary>
    public static async ValueTask<PlainRequest?> ReadAsync(HttpContext context, ClientSnapshots clients, ClientSecrets secrets)
    {
        if (!IsPlain(context) || await ReadFormAsync(context) is not { } parameters)
        {
            return null;
        }

        var (id, secret) = CredentialsOf(context.Request, parameters);
        return id is not null && secret is not null && await clients.FindAsync(context, id) is { } snapshot
            && PlainClient.Is(snapshot, out var client) && secrets.Match(secret, client.Secrets)
                ? new(client, parameters)
                : null;
    }

    /// <summary>Whether exactly these parameters were sent.</summary>
    public bool Has(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (!Sent.ContainsKey(name))
            {
                return false;
            }
        }

        return Sent.Count == names.Length;
    }

    private static bool IsPlain(HttpContext context) => context.Request is { QueryString.HasValue: false, ContentType: { } type }
        && type.StartsWith(FormType, StringComparison.OrdinalIgnoreCase) && !context.Request.Headers.ContainsKey(DpopHeaders.Dpop) && context.Connection.ClientCertificate is null;

    private static async ValueTask<Dictionary<string, string>?> ReadFormAsync(HttpContext context)
    {
        IFormCollection form;
        try
        {
            form = await context.Request.ReadFormAsync(context.RequestAborted);
        }
        catch (InvalidDataException)
        {
            return null;
        }

        // The names of parameters are told apart by case, those of forms are not.
        var parameters = new Dictionary<string, string>(form.Count, StringComparer.Ordinal);
        foreach (var (name, values) in form)
        {
            if (values is not [{ Length: > 0 } value])
            {
                return null;
            }

            parameters[name] = value;
        }

        return parameters;
    }

    // In the header or in the form, and not in both (RFC 6749 section 2.3).
    private static (string? Id, string? Secret) CredentialsOf(HttpRequest request, Dictionary<string, string> parameters)
    {
        parameters.Remove(Parameters.ClientId, out var id);
        parameters.Remove(Parameters.ClientSecret, out var secret);
        if (request.Headers.Authorization.Count == 0)
        {
            return (id, secret);
        }

        return request.Headers.Authorization is [{ } header] && secret is null && ReadBasic(header) is var (named, shown) && (id ?? named) == named ? (named, shown) : default;
    }

    private static (string? Id, string? Secret) ReadBasic(string header)
    {
        var encoded = header.StartsWith(Basic, StringComparison.OrdinalIgnoreCase) ? header.AsSpan(Basic.Length).Trim() : [];
        Span<byte> bytes = stackalloc byte[256];
        if (encoded.IsEmpty || !Convert.TryFromBase64Chars(encoded, bytes, out var length))
        {
            return default;
        }

        // What is escaped (RFC 6749 appendix B) the pipeline reads.
        var text = Encoding.ASCII.GetString(bytes[..length]);
        return text.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon && text.AsSpan().IndexOfAny('%', '+') < 0 ? (text[..colon], text[(colon + 1)..]) : default;
    }
}
