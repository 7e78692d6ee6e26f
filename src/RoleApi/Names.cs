namespace UserDomain.RoleApi;

/// <summary>What names may look like. They appear in tokens, audit events and pages, where two that look alike mislead.</summary>
internal static class Names
{
    public const int MaxLength = 100;

    public const int MaxDescriptionLength = 500;

    /// <summary>Visible characters, in words with one space between.</summary>
    public const string Pattern = @"[^\p{C}\p{Z}]+(?: [^\p{C}\p{Z}]+)*";

    public const string Rule = "{0} must be made of visible characters, with single spaces between words only.";

    public const string PermissionPattern = "[a-z][a-z0-9.-]*:[a-z][a-z0-9.-]*";

    public const string PermissionRule = "{0} must be an object and an act in lower case, joined by a colon, such as orders:approve.";
}
