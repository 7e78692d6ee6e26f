using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Identity;

namespace UserDomain.IdentityStore.Users;

/// <summary>
/// The one form user names and e-mail addresses are compared in (LOG-08). Compatibility forms count as the letters they look like, so
/// that nobody registers a name that is read as another's.
/// </summary>
public sealed class CanonicalForm : ILookupNormalizer
{
    /// <inheritdoc />
    [return: NotNullIfNotNull(nameof(name))]
    public string? NormalizeName(string? name) => Of(name);

    /// <inheritdoc />
    [return: NotNullIfNotNull(nameof(email))]
    public string? NormalizeEmail(string? email) => Of(email);

    [return: NotNullIfNotNull(nameof(value))]
    private static string? Of(string? value) => value is null ? null : LookupNames.TryNormalize(value) ?? "";
}
