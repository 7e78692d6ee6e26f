using OpenIddict.Abstractions;
using UserDomain.IdentityServer.Protocol.Interactions;
using UserDomain.IdentityServer.SignIn;
using UserDomain.IdentityStore.Interactions;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace UserDomain.IdentityServer.Protocol.Authorization;

/// <summary>What an authorization request needs next.</summary>
internal abstract record Decision
{
    /// <summary>The person has to sign in, again or as somebody else.</summary>
    public sealed record SignIn : Decision;

    /// <summary>The person has to say which account they go on with.</summary>
    public sealed record ChooseAccount : Decision;

    /// <summary>The person has to allow what the client asks.</summary>
    public sealed record Consent : Decision;

    /// <summary>Nothing: the code can be issued.</summary>
    public sealed record Proceed : Decision;

    /// <summary>The request ends with an error to the client.</summary>
    public sealed record Refuse(string Error, string Description) : Decision;
}

/// <summary>Decides what is missing before a code may be issued: <c>prompt</c>, <c>max_age</c>, <c>id_token_hint</c>, consent (OpenID Connect Core 1.0 section 3.1.2.1).</summary>
internal sealed class InteractionPolicy(GrantStore grants, TimeProvider time)
{
    // OpenID Connect Core Error Code unmet_authentication_requirements 1.0.
    private const string UnmetAuthenticationRequirements = "unmet_authentication_requirements";

    public async Task<Decision> DecideAsync(
        OpenIddictRequest request, CurrentSession? session, string? hintedSubject, Interaction? interaction, Client client, CancellationToken cancellationToken)
    {
        var silent = request.HasPromptValue(PromptValues.None);
        if (ClaimsRequest.Read((string?)request[Parameters.Claims])?.For(client) is not { } asked)
        {
            return new Decision.Refuse(Errors.InvalidRequest, "The claims parameter is not what OpenID Connect Core 1.0 section 5.5 describes.");
        }

        if (RefusalOf(request, hintedSubject) is { } refusal)
        {
            return refusal;
        }

        if (session is null || !IsFreshEnough(request, session, interaction) || !IsMeant(session, hintedSubject) || !IsMeant(session, asked.Subject))
        {
            return silent ? new Decision.Refuse(Errors.LoginRequired, "The user is not signed in as asked.") : new Decision.SignIn();
        }

        var answer = interaction?.AnswerIn(session.Id) ?? InteractionAnswer.None;
        if (request.HasPromptValue(PromptValues.SelectAccount) && answer == InteractionAnswer.None && !HasSignedInFor(interaction, session))
        {
            return new Decision.ChooseAccount();
        }

        if (!asked.EssentialClasses.IsEmpty && !asked.EssentialClasses.Contains(AuthenticationClasses.Of(session.Methods)))
        {
            return new Decision.Refuse(UnmetAuthenticationRequirements, "There is no way here to sign in as acr asks.");
        }

        if (answer == InteractionAnswer.Denied)
        {
            return new Decision.Refuse(Errors.AccessDenied, "The user did not allow it.");
        }

        var mustAsk = (request.HasPromptValue(PromptValues.Consent) || client.IsAskedEachTime(request.RedirectUri)) && answer != InteractionAnswer.Allowed;
        if (!mustAsk && (!client.RequiresConsent || await grants.IsConsentedAsync(client, session.UserId, [.. request.GetScopes().Union(asked.Scopes)], cancellationToken)))
        {
            return new Decision.Proceed();
        }

        return silent ? new Decision.Refuse(Errors.ConsentRequired, "The user has not allowed this yet.") : new Decision.Consent();
    }

    private static bool IsMeant(CurrentSession session, string? subject) => subject is null || subject == session.UserId.ToString();

    private static Decision.Refuse? RefusalOf(OpenIddictRequest request, string? hintedSubject)
    {
        if (request.IdTokenHint is { Length: > 0 } && hintedSubject is null)
        {
            return new(Errors.InvalidRequest, "The id_token_hint is not an ID token of this server.");
        }

        return (string?)request[Parameters.MaxAge] is { } age && (!int.TryParse(age, System.Globalization.CultureInfo.InvariantCulture, out var seconds) || seconds < 0)
            ? new(Errors.InvalidRequest, "max_age must be a number of seconds.")
            : null;
    }

    private bool IsFreshEnough(OpenIddictRequest request, CurrentSession session, Interaction? interaction)
    {
        if (HasSignedInFor(interaction, session))
        {
            return true;
        }

        return !request.HasPromptValue(PromptValues.Login)
            && (request.MaxAge is not { } age || time.GetUtcNow() - session.AuthenticatedAt <= TimeSpan.FromSeconds(age));
    }

    // Who has signed in after we first asked has done so for this request, however long the pages took. The session keeps whole seconds.
    private static bool HasSignedInFor(Interaction? interaction, CurrentSession session) =>
        interaction is not null && session.AuthenticatedAt >= interaction.Row.AskedAt.AddSeconds(-1);
}
