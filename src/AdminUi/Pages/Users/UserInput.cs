using UserDomain.AdminUi.ApiClients;

namespace UserDomain.AdminUi.Pages.Users;

/// <summary>The form of a user.</summary>
internal sealed class UserInput
{
    public string? UserName { get; set; }

    public string? Email { get; set; }

    public string? DisplayName { get; set; }

    public string? GivenName { get; set; }

    public string? FamilyName { get; set; }

    public string? Locale { get; set; }

    public string? ZoneInfo { get; set; }

    /// <summary>One <c>name=value</c> on each line.</summary>
    public string? Attributes { get; set; }

    public static UserInput Of(UserResponse user) => new()
    {
        UserName = user.UserName,
        Email = user.Email,
        DisplayName = user.DisplayName,
        GivenName = user.GivenName,
        FamilyName = user.FamilyName,
        Locale = user.Locale,
        ZoneInfo = user.ZoneInfo,
        Attributes = string.Join('\n', (user.Attributes ?? new Dictionary<string, string>()).Select(attribute => $"{attribute.Key}={attribute.Value}")),
    };

    /// <summary>The request of a new user: what is empty is left out.</summary>
    public UserRequest ToCreate() =>
        new(UserName?.Trim(), Email?.Trim(), DisplayName?.Trim(), GivenName?.Trim(), FamilyName?.Trim(), Locale?.Trim(), ZoneInfo?.Trim(), ReadAttributes());

    /// <summary>The request of a change: an absent member stays as it is, so what is empty is sent as empty.</summary>
    public UserRequest ToUpdate() => new(
        UserName?.Trim() ?? "", Email?.Trim() ?? "", DisplayName?.Trim() ?? "", GivenName?.Trim() ?? "", FamilyName?.Trim() ?? "",
        Locale?.Trim() ?? "", ZoneInfo?.Trim() ?? "", ReadAttributes());

    /// <summary>The first line that is no attribute, or null.</summary>
    public string? UnreadableAttribute() => Lines().FirstOrDefault(line => line.IndexOf('=', StringComparison.Ordinal) < 1);

    private Dictionary<string, string> ReadAttributes() => Lines()
        .Select(line => line.Split('=', 2))
        .GroupBy(parts => parts[0].Trim())
        .ToDictionary(group => group.Key, group => group.Last()[^1].Trim());

    private string[] Lines() =>
        (Attributes ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
