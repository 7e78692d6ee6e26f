using System.Globalization;
using Microsoft.EntityFrameworkCore;
using UserDomain.IdentityStore;

namespace UserDomain.IdentityServer.Pages.Parts;

/// <summary>Who is signed in.</summary>
/// <param name="Name">What they are called.</param>
/// <param name="SignInName">What they know their account by.</param>
/// <param name="Email">Their e-mail address.</param>
/// <param name="ZoneInfo">Their time zone, if they chose one.</param>
internal sealed record Person(string Name, string SignInName, string? Email, string? ZoneInfo)
{
    public string Initials => string.Concat(
        Name.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Take(2).Select(word => StringInfo.GetNextTextElement(word)));

    public static Task<Person> OfAsync(IdentityStoreContext store, Guid user, CancellationToken cancellationToken) => store.Users
        .Where(row => row.Id == user)
        .Select(row => new Person(row.DisplayName ?? row.UserName!, row.Email ?? row.UserName!, row.Email, row.ZoneInfo))
        .SingleAsync(cancellationToken);
}
