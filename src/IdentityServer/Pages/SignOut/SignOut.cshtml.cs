using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using UserDomain.IdentityServer.Pages.Parts;
using UserDomain.IdentityServer.Protocol.Authorization;
using UserDomain.IdentityServer.Protocol.Interactions;
using UserDomain.IdentityServer.Resources;
using UserDomain.IdentityServer.SignIn;
using UserDomain.IdentityStore;
using UserDomain.IdentityStore.Interactions;

namespace UserDomain.IdentityServer.Pages.SignOut;

internal sealed class SignOutModel(
    SignOutService signOut, InteractionStore interactions, GrantStore grants, IdentityStoreContext store, IStringLocalizer<AccountText> text) : AccountPage
{
    public Asker Asker { get; private set; } = Asker.OfProduct(text);

    public Person Person { get; private set; } = null!;

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        if (await CurrentSession.OfAsync(HttpContext) is not { } session)
        {
            return SeeOther(AccountPages.SignedOut);
        }

        if (WaitingRequest()?["client_id"] is { } id && await grants.TryFindClientAsync(id, cancellationToken) is { } client)
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
            await interactions.AnswerAsync(request, session.Id, InteractionAnswer.SignOutConfirmed, cancellationToken);
            return SeeOther(request.Url);
        }

        await signOut.SignOutAsync(HttpContext, session, cancellationToken);
        return SeeOther(AccountPages.SignedOut);
    }

    private Interaction? WaitingRequest() => ReturnUrl is { IsEndSession: true, Interaction: { } interaction } ? interaction : null;
}
