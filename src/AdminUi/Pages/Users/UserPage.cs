using Microsoft.AspNetCore.Mvc;
using UserDomain.AdminUi.ApiClients;

namespace UserDomain.AdminUi.Pages.Users;

/// <summary>A page about one user.</summary>
internal abstract class UserPage(UsersClient users) : ConsolePage
{
    [BindProperty(SupportsGet = true)]
    public Guid Id { get; set; }

    /// <summary>Whom the page is about; null if they could not be read.</summary>
    public UserResponse? Person { get; private set; }

    protected UsersClient Users => users;

    /// <summary>Reads the user; the page then shows either them or the problem.</summary>
    protected async Task<bool> LoadAsync(CancellationToken cancellationToken)
    {
        Person = Take(await users.GetAsync(Id, cancellationToken));
        return Person is not null;
    }
}
