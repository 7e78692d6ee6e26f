using UserDomain.AdminUi.ApiClients;

namespace UserDomain.AdminUi.Pages.Groups;

/// <summary>The form of a group.</summary>
internal sealed class GroupInput
{
    public string? Name { get; set; }

    public string? Description { get; set; }

    public GroupRequest ToRequest() => new(Name?.Trim(), Description?.Trim() ?? "");
}
