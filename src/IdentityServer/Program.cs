using UserDomain.IdentityServer;
using UserDomain.ServiceDefaults.Hosting;

return await ServiceHost.RunAsync(IdentityServerService.Description, args);
