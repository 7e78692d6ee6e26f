using System.Collections.Immutable;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Localization;
using OpenIddict.Abstractions;
using UserDomain.IdentityServer.Clients;
using UserDomain.IdentityServer.Pages.Errors;
using UserDomain.IdentityServer.Pages.Parts;
using UserDomain.IdentityServer.Protocol.Authorization;
using UserDomain.IdentityServer.Protocol.Interactions;
using UserDomain.IdentityServer.Resources;
using UserDomain.IdentityServer.SignIn;
using UserDomain.IdentityStore;
using UserDomain.IdentityStore.Interactions;

namespace UserDomain.IdentityServer.Pages.Consent;

internal sealed class ConsentModel(
    GrantStore grants, InteractionStore interactions, IOpenIddictApplicationManager clients, IdentityStoreContext store, IStringLocalizer<AccountText> text)
    : AccountPage
{
    private const string Allow = "allow";

    [BindProperty(Name = "decision")]
    public string? Decision { get; set; }

    public Asker Asker { get; private set; } = null!;

    public ClientLinks Links { get; private set; } = null!;

    public Person Person { get; private set; } = null!;

    public IReadOnlyList<AskedScope> Asked { get; private set; } = [];

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        var (refusal, question) = await FindQuestionAsync(cancellationToken);
        if (question is null)
        {
            return refusal!;
        }

        Links = question.Client.Links;
        Asker = ShowAsker(question.Client, question.Client.OwnName is { } name && name != question.Client.ClientId
            ? text["Consent.CallsItself", name]
            : await HostAsync(question.Client, cancellationToken) ?? text["Consent.Asks"]);
        Person = await Person.OfAsync(store, question.Session.UserId, cancellationToken);
        Asked = [.. question.Scopes.Select(scope => AskedScope.Of(scope, Person, text))];
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        var (refusal, question) = await FindQuestionAsync(cancellationToken);
        if (question is null)
        {
            return refusal!;
        }

        var allowed = Decision == Allow;
        await (allowed
            ? grants.RecordConsentAsync(question.Client, question.Session, question.Scopes, cancellationToken)
            : grants.RecordDenialAsync(question.Client, question.Session, question.Scopes, cancellationToken));
        await interactions.AnswerAsync(question.Interaction, question.Session.Id, allowed ? InteractionAnswer.Allowed : InteractionAnswer.Denied, cancellationToken);
        return SeeOther(question.Interaction.Url);
    }

    // The step before this one is the authorization endpoint, which alone can make an interaction (LOG-10).
    private async Task<(IActionResult? Refusal, Question? Question)> FindQuestionAsync(CancellationToken cancellationToken)
    {
        if (ReturnUrl is not { IsAuthorization: true, Interaction: { } interaction }
            || interaction["client_id"] is not { } clientId
            || await grants.TryFindClientAsync(clientId, cancellationToken) is not { } client)
        {
            return (Fail(PageFailure.OutOfOrder), null);
        }

        return await CurrentSession.OfAsync(HttpContext) is { } session
            ? (null, new(client, session, interaction, ScopesOf(interaction, client)))
            : (SeeOther(QueryHelpers.AddQueryString(AccountPages.SignIn, "returnUrl", ReturnUrl.Value)), null);
    }

    // Claims that are asked for by name are asked for by the scope they belong to: people read about that.
    private static ImmutableArray<string> ScopesOf(Interaction interaction, Client client) =>
    [
        .. (interaction[OpenIddictConstants.Parameters.Scope] ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Union(ClaimsRequest.Read(interaction[OpenIddictConstants.Parameters.Claims])?.For(client).Scopes ?? []),
    ];

    // Only an address that is registered says anything about the client, and that of a program on this computer says nothing.
    private async Task<string?> HostAsync(Client client, CancellationToken cancellationToken) =>
        ReturnUrl.ClientAddress is { } address
        && Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Host.Length > 0 && !uri.IsLoopback
        && await clients.FindByClientIdAsync(client.ClientId, cancellationToken) is { } row
        && await clients.ValidateRedirectUriAsync(row, address, cancellationToken)
            ? uri.Host
            : null;

    private sealed record Question(Client Client, CurrentSession Session, Interaction Interaction, ImmutableArray<string> Scopes);
}
