using Xunit;

namespace UserDomain.Architecture.Tests;

/// <summary>The direction of dependencies, as docs/adr/0007 has it.</summary>
public sealed class DependencyTests
{
    private static readonly Dictionary<string, string[]> AllowedOfLibraries = new()
    {
        ["Contracts"] = [],
        ["RevocationFeed"] = [],
        ["ServiceDefaults"] = ["Contracts", "RevocationFeed"],
        ["Database"] = ["Contracts", "ServiceDefaults"],
        ["Events"] = ["Contracts", "ServiceDefaults", "Database"],
        ["IdentityStore"] = ["Contracts", "Database", "Events"],
    };

    public static TheoryData<string> Libraries => [.. Repository.Libraries];

    public static TheoryData<string> Services => [.. Contracts.Services.All];

    [Theory]
    [MemberData(nameof(Libraries))]
    public void A_library_refers_only_to_libraries_below_it(string library) =>
        Assert.Empty(Repository.Projects[library].Except(AllowedOfLibraries[library]));

    [Theory]
    [MemberData(nameof(Services))]
    public void A_service_refers_to_libraries_and_never_to_another_service(string service) =>
        Assert.Empty(Repository.Projects[service].Except(Repository.Libraries));

    [Fact]
    public void The_console_is_a_client_of_the_APIs_and_knows_no_store() =>
        Assert.Empty(Repository.Projects["AdminUi"].Except(["Contracts", "ServiceDefaults"]));

    [Fact]
    public void The_audit_trail_stands_apart_from_the_identity_store() =>
        Assert.Empty(Repository.Projects["AuditApi"].Except(["Contracts", "ServiceDefaults", "Database", "Events"]));
}
