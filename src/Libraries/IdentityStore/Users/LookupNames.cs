using System.Text;

namespace UserDomain.IdentityStore.Users;

/// <summary>The one form in which user names and e-mail addresses are compared (LOG-04, LOG-08).</summary>
public static class LookupNames
{
    /// <summary>NFKC, upper case. What is not Unicode text has no form and names nobody.</summary>
    public static string? TryNormalize(string name)
    {
        try
        {
            return name.Trim().Normalize(NormalizationForm.FormKC).ToUpperInvariant();
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    /// <summary>Upper case: display names are searched and never compared, and this form is not longer than they are.</summary>
    public static string ForSearch(string displayName) => displayName.Trim().ToUpperInvariant();
}
