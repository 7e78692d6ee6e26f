using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using UserDomain.IdentityServer.Pages.Parts;
using UserDomain.IdentityServer.Protocol.Authorization;
using UserDomain.IdentityServer.Protocol.EndSession;
using UserDomain.IdentityServer.Resources;
using UserDomain.IdentityServer.SignIn;
using UserDomain.IdentityStore;

namespace UserDomain.IdentityServer.Pages.SignOut;

internal sealed class SignOutModel(
    SignOutService signOut, InteractionProtector protector, GrantStore grants, IdentityStoreContext store, IStringLocalizer<AccountText> text) : AccountPage
{
    public Asker Asker { get; private set; } = Asker.OfProduct(text);

    public Person Person { get; private set; } = null!;

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        if (await CurrentSession.OfAsync(HttpContext) is not { } session)
        {
            return SeeOther(AccountPages.SignedOut);
        }

        if (WaitingRequest() is { ClientId: { } id } && await grants.TryFindClientAsync(id, cancellationToken) is { } client)
        {
            Asker = Asker.OfClient(client, text["SignOut.Asks"]);
        }

        Person = await Person.OfAsync(store, session.UserId, cancellationToken);
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        if (await CurrentSession.OfAsync(HttpContext) is not { } session)
        {
            return SeeOther(AccountPages.SignedOut);
        }

        if (WaitingRequest() is { } request)
        {
            return SeeOther(protector.Resume(EndSessionEndpoint.Path, ReturnUrl.Parameters,
                request with { SessionId = session.Id, Answer = InteractionAnswer.SignOutConfirmed }));
        }

        await signOut.SignOutAsync(HttpContext, session, cancellationToken);
        return SeeOther(AccountPages.SignedOut);
    }

    private Interaction? WaitingRequest() =>
        ReturnUrl.IsEndSession ? protector.Read(ReturnUrl[Interaction.Parameter], ReturnUrl["client_id"]) : null;
}
