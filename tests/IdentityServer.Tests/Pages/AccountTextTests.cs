using System.Globalization;
using System.Resources;
using UserDomain.Contracts;
using UserDomain.IdentityServer.Pages.Consent;
using UserDomain.IdentityServer.Pages.Errors;
using UserDomain.IdentityServer.Resources;
using UserDomain.IdentityServer.SignIn.Passwords;

namespace UserDomain.IdentityServer.Tests.Pages;

public sealed class AccountTextTests
{
    private static readonly ResourceManager Texts = new(typeof(AccountText));

    [Fact]
    public void Every_password_problem_has_a_sentence() =>
        Assert.All(Enum.GetNames<PasswordProblem>(), name => Assert.NotNull(Find($"Password.{name}")));

    [Fact]
    public void Every_scope_of_the_apis_has_words() => Assert.Superset(Api.All.SelectMany(api => api.Scopes).ToHashSet(), AskedScope.Known.ToHashSet());

    [Fact]
    public void Every_known_scope_has_a_title_and_a_note() => Assert.All(AskedScope.Known, scope =>
    {
        Assert.NotNull(Find($"Scope.{scope}.Title"));
        Assert.NotNull(Find($"Scope.{scope}.Note"));
    });

    [Fact]
    public void Every_error_says_what_happened_and_what_to_do_next() => Assert.All(Enum.GetValues<ErrorKind>(), kind =>
    {
        Assert.NotNull(Find($"Error.{kind}.Title"));
        Assert.NotNull(Find($"Error.{kind}.What"));
        Assert.True(kind == ErrorKind.NotFound || Find($"Error.{kind}.Next") is not null);
    });

    private static string? Find(string name) => Texts.GetString(name, CultureInfo.InvariantCulture);
}
