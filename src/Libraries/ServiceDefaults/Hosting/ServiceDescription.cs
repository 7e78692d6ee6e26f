using System.Reflection;
using Microsoft.AspNetCore.Builder;

namespace UserDomain.ServiceDefaults.Hosting;

/// <summary>A service as a host sees it: what it registers and what it answers. The same value runs alone or inside the all-in-one host.</summary>
/// <param name="Name">One of <see cref="Contracts.Services"/>.</param>
/// <param name="Assembly">Where its pages, static files and validation live.</param>
/// <param name="Add">Registers its services.</param>
/// <param name="Map">Adds its middleware and endpoints.</param>
public sealed record ServiceDescription(string Name, Assembly Assembly, Action<WebApplicationBuilder> Add, Action<WebApplication> Map);
