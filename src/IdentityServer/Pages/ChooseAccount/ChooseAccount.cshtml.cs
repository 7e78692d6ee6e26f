using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Localization;
using UserDomain.IdentityServer.Pages.Errors;
using UserDomain.IdentityServer.Pages.Parts;
using UserDomain.IdentityServer.Protocol.Authorization;
using UserDomain.IdentityServer.Protocol.Interactions;
using UserDomain.IdentityServer.Resources;
using UserDomain.IdentityServer.SignIn;
using UserDomain.IdentityStore;
using UserDomain.IdentityStore.Interactions;

namespace UserDomain.IdentityServer.Pages.ChooseAccount;

/// <summary>Lets a person say which account they go on with (<c>prompt=select_account</c>, OpenID Connect Core 1.0 section 3.1.2.1).</summary>
internal sealed class ChooseAccountModel(GrantStore grants, InteractionStore interactions, IdentityStoreContext store, IStringLocalizer<AccountText> text) : AccountPage
{
    public Asker Asker { get; private set; } = Asker.OfProduct(text);

    public Person Person { get; private set; } = null!;

    /// <summary>Where another account signs in.</summary>
    public string OtherAccount => QueryHelpers.AddQueryString(AccountPages.SignIn, "returnUrl", ReturnUrl.Value);

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        var (refusal, _, session) = await FindQuestionAsync(cancellationToken);
        if (session is null)
        {
            return refusal!;
        }

        Person = await Person.OfAsync(store, session.UserId, cancellationToken);
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        var (refusal, interaction, session) = await FindQuestionAsync(cancellationToken);
        if (interaction is null || session is null)
        {
            return refusal!;
        }

        await interactions.AnswerAsync(interaction, session.Id, InteractionAnswer.AccountChosen, cancellationToken);
        return SeeOther(interaction.Url);
    }

    // The step before this one is the authorization endpoint, which alone can make an interaction (LOG-10).
    private async Task<(IActionResult? Refusal, Interaction? Interaction, CurrentSession? Session)> FindQuestionAsync(CancellationToken cancellationToken)
    {
        if (ReturnUrl is not { IsAuthorization: true, Interaction: { } interaction }
            || interaction["client_id"] is not { } clientId
            || await grants.TryFindClientAsync(clientId, cancellationToken) is not { } client)
        {
            return (Fail(PageFailure.OutOfOrder), null, null);
        }

        Asker = Asker.OfClient(client, text["SignIn.Asks"]);
        return await CurrentSession.OfAsync(HttpContext) is { } session ? (null, interaction, session) : (SeeOther(OtherAccount), null, null);
    }
}
